/** Workers' logs that come from other hosts. */
@NullMarked
package dev.talaria.dispatcher.log;

import org.jspecify.annotations.NullMarked;
