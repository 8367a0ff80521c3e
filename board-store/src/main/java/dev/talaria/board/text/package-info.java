/** hermes's rules for text and JSON: code points, stripping, lines, escapes. */
@NullMarked
package dev.talaria.board.text;

import org.jspecify.annotations.NullMarked;
