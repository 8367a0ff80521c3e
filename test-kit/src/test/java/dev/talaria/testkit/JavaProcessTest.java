package dev.talaria.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JavaProcessTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  private final JavaProcesses processes = new JavaProcesses();

  @AfterEach
  void close() {
    processes.close();
  }

  /** Says what it was given, then waits for a signal. */
  static final class Talker {
    public static void main(String[] args) throws InterruptedException {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("good-bye")));
      System.out.println(
          "hello %s %s %s".formatted(args[0], System.getenv("GREETING"), System.getProperty("x")));
      new CountDownLatch(1).await();
    }
  }

  static final class Ender {
    public static void main(String[] args) {
      System.err.println("no luck");
      System.exit(7);
    }
  }

  @Test
  void shouldPassArgumentsEnvironmentAndProperties() {
    var talker = processes
        .of(Talker.class)
        .args("one")
        .env("GREETING", "two")
        .property("x", "three")
        .start("talker");

    assertThat(talker.awaitLine("hello", SOON)).isEqualTo("hello one two three");
    assertThat(talker.outputFile()).content().contains("hello one two three");
  }

  @Test
  void shouldLetItSayGoodByeWhenTerminatedButNotWhenKilled() {
    var asked = processes.of(Talker.class).args("asked").start("asked");
    var killed = processes.of(Talker.class).args("killed").start("killed");
    asked.awaitLine("hello", SOON);
    killed.awaitLine("hello", SOON);

    assertThat(asked.terminate(SOON)).isEqualTo(143);
    killed.kill();

    assertThat(asked.awaitLine("good-bye", SOON)).isEqualTo("good-bye");
    assertThat(killed.awaitEnd(SOON)).isEqualTo(137);
    assertThat(killed.output()).doesNotContain("good-bye");
  }

  @Test
  void shouldShowTheOutputWhenTheAwaitedLineCannotComeAnyMore() {
    var ender = processes.of(Ender.class).start("ender");

    assertThatThrownBy(() -> ender.awaitLine("ready", SOON))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("ended without the awaited line")
        .hasMessageContaining("no luck");
    assertThat(ender.awaitEnd(SOON)).isEqualTo(7);
  }

  @Test
  void shouldKillWhatIsLeftAtTheEnd() {
    var talker = processes.of(Talker.class).args("left").start("left");

    processes.close();

    assertThat(talker.isAlive()).isFalse();
  }
}
