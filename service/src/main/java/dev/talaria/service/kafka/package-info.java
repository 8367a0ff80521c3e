/** Client settings and topics. */
@NullMarked
package dev.talaria.service.kafka;

import org.jspecify.annotations.NullMarked;
