/** A single-node KRaft broker inside this JVM. */
@NullMarked
package dev.talaria.broker;

import org.jspecify.annotations.NullMarked;
