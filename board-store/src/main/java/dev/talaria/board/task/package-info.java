/** Tasks, their links and comments: creating, reading and changing what is not a status. */
@NullMarked
package dev.talaria.board.task;

import org.jspecify.annotations.NullMarked;
