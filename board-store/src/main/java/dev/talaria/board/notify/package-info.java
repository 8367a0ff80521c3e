/** Who is told about a task, and how far each of them has been told (contract 7.4). */
@NullMarked
package dev.talaria.board.notify;

import org.jspecify.annotations.NullMarked;
