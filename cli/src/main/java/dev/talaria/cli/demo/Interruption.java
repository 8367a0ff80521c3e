package dev.talaria.cli.demo;

import java.io.PrintWriter;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** Ctrl-C in the middle of it: workers are ended, services stopped, the home removed. */
final class Interruption {
  private static final int EXIT_CODE = 130; // as a shell says it of SIGINT

  private final DemoHome home;
  private final boolean keep;
  private final PrintWriter err;
  private final Thread hook = new Thread(this::interrupted, "demo-interrupted");
  private volatile boolean underWay;
  private volatile @Nullable Stage stage;

  private Interruption(DemoHome home, boolean keep, PrintWriter err) {
    this.home = home;
    this.keep = keep;
    this.err = err;
  }

  /** From now on an interruption cleans up, until {@link #end}. */
  static Interruption watch(DemoHome home, boolean keep, PrintWriter err) {
    var interruption = new Interruption(home, keep, err);
    Runtime.getRuntime().addShutdownHook(interruption.hook);
    return interruption;
  }

  /** What is to be stopped. */
  void stops(Stage started) {
    stage = started;
  }

  private void interrupted() {
    underWay = true;
    err.println("stopping ...");
    err.flush();
    Stage running = stage;
    if (running != null) {
      running.close();
    }
    if (keep) {
      err.printf("kept %s%n", home.root());
    } else {
      home.remove();
    }
    err.println("stopped");
    err.flush();
    Runtime.getRuntime().halt(EXIT_CODE);
  }

  /** What fails while the services are being stopped fails because of that: it is not told, the process ends anyway. */
  void pauseIfUnderWay() throws InterruptedException {
    if (underWay) {
      new CountDownLatch(1).await();
    }
  }

  void end() throws InterruptedException {
    pauseIfUnderWay();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      new CountDownLatch(1).await(); // the process is ending: the hook runs, or is about to
    }
  }
}
