package dev.talaria.launcher.process;

import dev.talaria.protocol.id.RunKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Spawns per second with eight at once of {@code /bin/true}: plain, by the forker alone, by the whole supervisor. */
final class SpawnRateMain {
  private static final int AT_ONCE = 8;

  private SpawnRateMain() {}

  public static void main(String[] args) throws Exception {
    int count = args.length > 0 ? Integer.parseInt(args[0]) : 3000;
    Path home = Files.createTempDirectory("spawn-rate");
    for (int round = 0; round < 2; round++) {
      System.out.printf("bare ProcessBuilder        %6.0f/s%n", bare(count));
      ForkerTools all = ForkerTools.ofThisHost();
      System.out.printf(
          "forker                     %6.0f/s%n", forker(home.resolve("a" + round), all, count));
      System.out.printf(
          "forker, no default-signal  %6.0f/s%n",
          forker(home.resolve("b" + round), new ForkerTools(all.setsid(), null), count));
      System.out.printf(
          "supervisor                 %6.0f/s%n", supervisor(home.resolve("c" + round), count));
    }
  }

  private static double bare(int count) throws Exception {
    long began = System.nanoTime();
    ExecutorService pool = Executors.newFixedThreadPool(AT_ONCE);
    for (int i = 0; i < count; i++) {
      pool.submit(() -> {
        Process process = new ProcessBuilder("/bin/true").start();
        process.getOutputStream().close();
        return process.waitFor();
      });
    }
    pool.shutdown();
    pool.awaitTermination(5, TimeUnit.MINUTES);
    return rate(count, began);
  }

  private static double forker(Path home, ForkerTools tools, int count) throws Exception {
    Semaphore slots = new Semaphore(AT_ONCE);
    CountDownLatch done = new CountDownLatch(count);
    var runs = dev.talaria.launcher.rundir.RunDirectories.open(
        Files.createDirectories(home).resolve("runs"));
    for (int i = 1; i <= count; i++) {
      var directory = runs.create(Launcher.run(i), new byte[0]).orElseThrow();
      directory.prepare(
          new dev.talaria.launcher.rundir.SpawnRecord(
              null, "/", "/dev/null", 0, null, 0, null, null),
          "talaria_workspace=/\ntalaria_log=/dev/null\nset -- /bin/true\n");
    }
    Forker forker = new Forker(runs.root(), tools, new Forker.Listener() {
      @Override
      public void started(String name, long pid, String startTime) {}

      @Override
      public void ended(String name, String words) {
        slots.release();
        done.countDown();
      }

      @Override
      public void refused(String name) {
        throw new IllegalStateException(name);
      }

      @Override
      public void restarted() {}
    });
    forker.start();
    long began = System.nanoTime();
    for (int i = 1; i <= count; i++) {
      slots.acquire();
      forker.spawn(runs.find(Launcher.run(i)).orElseThrow().name());
    }
    done.await();
    double rate = rate(count, began);
    forker.close();
    return rate;
  }

  private static double supervisor(Path home, int count) throws Exception {
    Semaphore slots = new Semaphore(AT_ONCE);
    CountDownLatch done = new CountDownLatch(count);
    try (Launcher launcher = new Launcher(Files.createDirectories(home)) {
      @Override
      public void ended(RunEnded end) {
        slots.release();
        done.countDown();
      }
    }.start()) {
      long began = System.nanoTime();
      ExecutorService pool = Executors.newFixedThreadPool(AT_ONCE);
      for (int i = 1; i <= count; i++) {
        RunKey run = Launcher.run(i);
        pool.submit(() -> {
          slots.acquire();
          return launcher.spawn(run, List.of("/bin/true"));
        });
      }
      done.await();
      pool.shutdown();
      return rate(count, began);
    }
  }

  private static double rate(int count, long began) {
    return count / ((System.nanoTime() - began) / 1e9);
  }
}
