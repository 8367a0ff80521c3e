/** What may be thrown away: workspaces of archived tasks, old events of finished ones, old logs. */
@NullMarked
package dev.talaria.board.gc;

import org.jspecify.annotations.NullMarked;
