package dev.talaria.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Random;

/** Gives the command its real surroundings. Nothing else of the module ends the process or reads its environment. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    var pauses = new UntilInterrupted();
    int exitCode = new Talaria(ofProcess(pauses)).run(args);
    pauses.over();
    System.exit(exitCode);
  }

  private static Surroundings ofProcess(UntilInterrupted pauses) {
    boolean interactive = Boolean.getBoolean("talaria.terminal");
    return new Surroundings(
        System.getenv(),
        Path.of(System.getProperty("user.home")),
        Path.of("").toAbsolutePath(),
        writer(FileDescriptor.out),
        writer(FileDescriptor.err),
        Terminal.of(interactive, System.getenv()),
        InstantSource.system(),
        ZoneId.systemDefault(),
        new Random(),
        pauses);
  }

  /** UTF-8 whatever the locale: what is on a board comes out as it went in. */
  private static PrintWriter writer(FileDescriptor descriptor) {
    return new PrintWriter(
        new OutputStreamWriter(new FileOutputStream(descriptor), StandardCharsets.UTF_8), false);
  }

  /** Sleeps; from the first pause on, until the verb is over, an interrupt from the keyboard is a normal end. */
  private static final class UntilInterrupted implements Surroundings.Pauses {
    private volatile boolean over;
    private boolean endsNormally;

    @Override
    public boolean pause(Duration duration) {
      if (!endsNormally) {
        Runtime.getRuntime().addShutdownHook(new Thread(this::end, "end-of-following"));
        endsNormally = true;
      }
      try {
        Thread.sleep(duration.toMillis());
        return true;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }

    void over() {
      over = true;
    }

    /** Flushes nothing: a verb that follows does so itself, and may at this moment be stuck in a full pipe. */
    private void end() {
      if (!over) {
        Runtime.getRuntime().halt(Exit.DONE);
      }
    }
  }
}
