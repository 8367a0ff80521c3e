/** What is counted of the fleet's tasks: pure, without stores, clocks or Kafka. */
@NullMarked
package dev.talaria.streams.fleet;

import org.jspecify.annotations.NullMarked;
