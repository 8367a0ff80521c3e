/** Configuration: immutable records, validated when made, loaded once. */
@NullMarked
package dev.talaria.service.config;

import org.jspecify.annotations.NullMarked;
