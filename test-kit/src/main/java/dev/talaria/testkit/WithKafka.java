package dev.talaria.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives the tests of a class a real broker. Parameters of constructors, life-cycle and test methods may be a {@link
 * TestBroker} (shared by the JVM), {@link Topics} (on the shared one), {@link RecordReader} (of the shared one), an {@link
 * OwnBroker} (not started; closed after the test) or {@link JavaProcesses} (killed after the test).
 *
 * <p>{@code -Dtalaria.test.broker=embedded|docker|auto} chooses where the shared one runs; see {@link BrokerMode}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith(KafkaBroker.class)
public @interface WithKafka {}
