/** What commands and decisions do to a board. */
@NullMarked
package dev.talaria.dispatcher.apply;

import org.jspecify.annotations.NullMarked;
