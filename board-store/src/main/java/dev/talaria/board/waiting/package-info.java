/** Why tasks wait: what is known of the fleet, the reasons, and how many tasks wait for each. */
@NullMarked
package dev.talaria.board.waiting;

import org.jspecify.annotations.NullMarked;
