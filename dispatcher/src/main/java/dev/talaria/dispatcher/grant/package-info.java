/** Which runs are granted to whom, and how many slots are left. */
@NullMarked
package dev.talaria.dispatcher.grant;

import org.jspecify.annotations.NullMarked;
