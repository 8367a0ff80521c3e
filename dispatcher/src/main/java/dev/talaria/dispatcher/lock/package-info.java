/** hermes's own dispatch lock, so that its gateway stands down. */
@NullMarked
package dev.talaria.dispatcher.lock;

import org.jspecify.annotations.NullMarked;
