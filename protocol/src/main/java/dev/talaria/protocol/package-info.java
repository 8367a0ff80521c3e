/** What travels on Kafka, and the pure rules that every part shares. No I/O. */
@NullMarked
package dev.talaria.protocol;

import org.jspecify.annotations.NullMarked;
