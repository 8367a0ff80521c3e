/** Reads commands, decisions and presence, with the offsets kept in each board. */
@NullMarked
package dev.talaria.dispatcher.inbox;

import org.jspecify.annotations.NullMarked;
