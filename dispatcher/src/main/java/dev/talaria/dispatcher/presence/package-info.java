/** Who lives: what launchers say of themselves, and how long they have been heard to be silent. */
@NullMarked
package dev.talaria.dispatcher.presence;

import org.jspecify.annotations.NullMarked;
