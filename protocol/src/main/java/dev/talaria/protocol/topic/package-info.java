/** The topic catalogue and the one partitioning function. */
@NullMarked
package dev.talaria.protocol.topic;

import org.jspecify.annotations.NullMarked;
