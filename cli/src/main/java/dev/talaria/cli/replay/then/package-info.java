/** How a board stood at a moment. */
@NullMarked
package dev.talaria.cli.replay.then;

import org.jspecify.annotations.NullMarked;
