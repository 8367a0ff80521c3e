/** Which tasks wait for which: one rule for the board and for the fleet. Pure. */
@NullMarked
package dev.talaria.protocol.waiting;

import org.jspecify.annotations.NullMarked;
