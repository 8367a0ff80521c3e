package dev.talaria.launcher.api;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.talaria.launcher.rundir.DurableFiles;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens on 127.0.0.1, on the port of last time: workers of an earlier launcher hold its address. While somebody else has that
 * port it listens on another for new workers, and takes the old one as well as soon as it is free.
 */
final class Loopback implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Loopback.class);
  private static final int BACKLOG = 512; // every worker may call at the same moment

  private final Path portFile;
  private final HttpHandler handler;
  private final Duration retryEvery;
  private final List<HttpServer> servers = new CopyOnWriteArrayList<>();
  private final ExecutorService callers =
      Executors.newCachedThreadPool(task -> daemon(task, "worker-api"));
  private final ScheduledExecutorService retries =
      Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "worker-api-port"));

  Loopback(Path portFile, Duration retryEvery, HttpHandler handler) {
    this.portFile = portFile;
    this.retryEvery = retryEvery;
    this.handler = handler;
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  void start() throws IOException {
    int former = formerPort();
    if (former == 0) {
      DurableFiles.write(portFile, Integer.toString(listen(0)).getBytes(StandardCharsets.UTF_8));
      return;
    }
    try {
      listen(former);
    } catch (BindException e) {
      int other = listen(0);
      log.warn(
          "Port {} of the worker API is taken by another program: workers that were started before cannot report until"
              + " it is free. New ones use port {}.",
          former,
          other);
      retries.scheduleWithFixedDelay(
          () -> takeFormer(former),
          retryEvery.toMillis(),
          retryEvery.toMillis(),
          TimeUnit.MILLISECONDS);
    }
  }

  private void takeFormer(int port) {
    try {
      listen(port);
      log.info("Port {} of the worker API is free again: earlier workers can report.", port);
      retries.shutdown();
    } catch (BindException e) {
      log.debug("Port {} is still taken.", port);
    } catch (IOException | RuntimeException e) { // a task that throws is not scheduled again
      log.warn("Cannot listen on port {}; will try again: {}", port, e.toString());
    }
  }

  private int formerPort() throws IOException {
    if (!Files.exists(portFile)) {
      return 0;
    }
    String text = Files.readString(portFile).strip();
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      log.warn("'{}' in {} is not a port; taking a new one.", text, portFile);
      return 0;
    }
  }

  private int listen(int port) throws IOException {
    HttpServer server = HttpServer.create(
        new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port), BACKLOG);
    server.createContext("/", handler);
    server.setExecutor(callers);
    server.start();
    servers.add(0, server);
    return server.getAddress().getPort();
  }

  /** The port for new workers. */
  int port() {
    return servers.get(servers.size() - 1).getAddress().getPort();
  }

  @Override
  public void close() {
    retries.shutdownNow();
    servers.forEach(server -> server.stop(0));
    callers.shutdownNow();
  }
}
