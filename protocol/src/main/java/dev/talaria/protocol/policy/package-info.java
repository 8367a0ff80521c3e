/** The retry policy: pure rules from what happened to what happens next. */
@NullMarked
package dev.talaria.protocol.policy;

import org.jspecify.annotations.NullMarked;
