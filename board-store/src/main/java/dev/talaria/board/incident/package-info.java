/** What the dispatcher knows of the board's open incidents, and which lanes they hold. */
@NullMarked
package dev.talaria.board.incident;

import org.jspecify.annotations.NullMarked;
