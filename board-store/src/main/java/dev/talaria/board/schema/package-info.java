/** The form of a board file: hermes's six tables, Talaria's own, and the way from older forms. */
@NullMarked
package dev.talaria.board.schema;

import org.jspecify.annotations.NullMarked;
