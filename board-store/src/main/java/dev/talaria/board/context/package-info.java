/** The text that a worker is given to read. */
@NullMarked
package dev.talaria.board.context;

import org.jspecify.annotations.NullMarked;
