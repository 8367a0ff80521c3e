/** Taking offers, claiming work and receiving grants. */
@NullMarked
package dev.talaria.launcher.claim;

import org.jspecify.annotations.NullMarked;
