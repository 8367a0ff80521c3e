/** The part of a board that a worker on another host may read, and boards made of such parts. */
@NullMarked
package dev.talaria.board.slice;

import org.jspecify.annotations.NullMarked;
