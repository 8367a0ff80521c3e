/** The status machine: every move of a task, each with its event in the same transaction. */
@NullMarked
package dev.talaria.board.transition;

import org.jspecify.annotations.NullMarked;
