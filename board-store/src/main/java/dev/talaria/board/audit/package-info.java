/** What is true of every board that was written by the rules. */
@NullMarked
package dev.talaria.board.audit;

import org.jspecify.annotations.NullMarked;
