package dev.talaria.cli.demo;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.FileAppender;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.LoggerFactory;

/** Sends the services' log into a file while the demo runs, so that it does not come between the lines of the story. */
final class DemoLog implements AutoCloseable {
  private final Logger root;
  private final List<Appender<ILoggingEvent>> before = new ArrayList<>();
  private final FileAppender<ILoggingEvent> file = new FileAppender<>();

  private DemoLog(LoggerContext context, Path path) {
    root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.iteratorForAppenders().forEachRemaining(before::add);
    var encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern("%d{HH:mm:ss.SSS} %-5level %logger{0} - %msg%n");
    encoder.start();
    file.setContext(context);
    file.setFile(path.toString());
    file.setEncoder(encoder);
    file.start();
    root.addAppender(file);
    before.forEach(root::detachAppender);
  }

  /** From now on into the file; with another logging back end, nothing changes. */
  static AutoCloseable into(Path path) {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      return new DemoLog(context, path);
    }
    return () -> {};
  }

  @Override
  public void close() {
    before.forEach(root::addAppender);
    root.detachAppender(file);
    file.stop();
  }
}
