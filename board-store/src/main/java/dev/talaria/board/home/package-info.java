/** Where boards live: the shared root, slugs, board.json and which file a command means. */
@NullMarked
package dev.talaria.board.home;

import org.jspecify.annotations.NullMarked;
