/** Copies committed events to Kafka, each exactly once, in order. */
@NullMarked
package dev.talaria.dispatcher.relay;

import org.jspecify.annotations.NullMarked;
