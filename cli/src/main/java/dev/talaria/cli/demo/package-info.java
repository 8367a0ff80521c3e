/** {@code talaria demo}: the whole pipeline in this process, on real workers, checked. */
@NullMarked
package dev.talaria.cli.demo;

import org.jspecify.annotations.NullMarked;
