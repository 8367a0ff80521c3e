/** Which launchers could take a task, by lane, labels, places and free slots; and why no other could. */
@NullMarked
package dev.talaria.dispatcher.placement;

import org.jspecify.annotations.NullMarked;
