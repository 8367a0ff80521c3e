/** The talaria command. */
@NullMarked
package dev.talaria.cli;

import org.jspecify.annotations.NullMarked;
