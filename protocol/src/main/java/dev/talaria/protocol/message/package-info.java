/** The messages on each topic, as sealed records, and their JSON codec. */
@NullMarked
package dev.talaria.protocol.message;

import org.jspecify.annotations.NullMarked;
