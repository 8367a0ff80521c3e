/** What the topology tells of incidents, on its way into the boards. */
@NullMarked
package dev.talaria.dispatcher.incident;

import org.jspecify.annotations.NullMarked;
