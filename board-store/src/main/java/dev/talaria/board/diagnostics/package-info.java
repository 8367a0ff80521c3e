/** What needs a person's eye on a board: rules over tasks, their events and runs (contract 11.1). Nothing here writes. */
@NullMarked
package dev.talaria.board.diagnostics;

import org.jspecify.annotations.NullMarked;
