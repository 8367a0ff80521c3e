/** What Talaria adds to a board: grants, holds, verdicts, launcher runs and the inbox. */
@NullMarked
package dev.talaria.board.dispatch;

import org.jspecify.annotations.NullMarked;
