/** What every service shares. */
@NullMarked
package dev.talaria.service;

import org.jspecify.annotations.NullMarked;
