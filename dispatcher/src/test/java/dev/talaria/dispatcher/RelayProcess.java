package dev.talaria.dispatcher;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A dispatcher in a JVM of its own, to be killed. */
final class RelayProcess {
  private RelayProcess() {}

  public static void main(String[] args) throws InterruptedException {
    new BoardUnderTest(args[0], args[1], Path.of(args[2])).start();
    System.out.println("relaying");
    new CountDownLatch(1).await();
  }
}
