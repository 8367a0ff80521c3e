/** Notices that a board's file was written to. */
@NullMarked
package dev.talaria.dispatcher.watch;

import org.jspecify.annotations.NullMarked;
