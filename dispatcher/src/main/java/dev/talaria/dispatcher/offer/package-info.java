/** Hints to launchers elsewhere that a board has work. */
@NullMarked
package dev.talaria.dispatcher.offer;

import org.jspecify.annotations.NullMarked;
