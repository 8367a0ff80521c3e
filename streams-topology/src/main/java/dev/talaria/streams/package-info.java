/** The Kafka Streams app that counts failures and decides. */
@NullMarked
package dev.talaria.streams;

import org.jspecify.annotations.NullMarked;
