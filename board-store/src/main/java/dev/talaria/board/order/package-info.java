/** What operators ordered to hold until they take it back: pauses and drains, on this host and on its boards. */
@NullMarked
package dev.talaria.board.order;

import org.jspecify.annotations.NullMarked;
