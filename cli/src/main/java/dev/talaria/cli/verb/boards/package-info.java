/** The verbs about boards as a whole: {@code talaria boards list} and its kin. */
@NullMarked
package dev.talaria.cli.verb.boards;

import org.jspecify.annotations.NullMarked;
