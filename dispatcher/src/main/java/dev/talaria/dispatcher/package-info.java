/** Per host: relays events, offers work, grants claims, applies commands and decisions. */
@NullMarked
package dev.talaria.dispatcher;

import org.jspecify.annotations.NullMarked;
