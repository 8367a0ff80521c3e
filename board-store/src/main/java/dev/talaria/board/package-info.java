/** The board in SQLite: the only package family that touches JDBC. */
@NullMarked
package dev.talaria.board;

import org.jspecify.annotations.NullMarked;
