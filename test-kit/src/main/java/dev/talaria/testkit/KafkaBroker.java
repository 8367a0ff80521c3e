package dev.talaria.testkit;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** The extension behind {@link WithKafka}. Everything that it hands out is closed with the store it lives in. */
public final class KafkaBroker implements ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(KafkaBroker.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    var type = parameter.getParameter().getType();
    return type == TestBroker.class
        || type == OwnBroker.class
        || type == Topics.class
        || type == RecordReader.class
        || type == JavaProcesses.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    var type = parameter.getParameter().getType();
    var store = context.getStore(NAMESPACE);
    if (type == OwnBroker.class) {
      return store.computeIfAbsent("own:" + context.getUniqueId(), key -> new OwnBroker());
    }
    if (type == JavaProcesses.class) {
      return store.computeIfAbsent(
          "processes:" + context.getUniqueId(), key -> new JavaProcesses());
    }
    if (type == Topics.class) {
      return store.computeIfAbsent(
          "topics:" + context.getUniqueId(), key -> new Topics(broker(context)));
    }
    if (type == RecordReader.class) {
      return new RecordReader(broker(context).bootstrapServers());
    }
    return broker(context);
  }

  private static TestBroker broker(ExtensionContext context) {
    return context
        .getStore(NAMESPACE)
        .computeIfAbsent(
            "broker:" + context.getUniqueId(),
            key -> shared(context).forTest(prefix(context)),
            TestBroker.class);
  }

  private static SharedBroker shared(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .computeIfAbsent(
            SharedBroker.class,
            key -> SharedBroker.start(BrokerMode.fromProperty(), new DockerEngine()),
            SharedBroker.class);
  }

  private static String prefix(ExtensionContext context) {
    long number = context
        .getRoot()
        .getStore(NAMESPACE)
        .computeIfAbsent("numbers", key -> new AtomicLong(), AtomicLong.class)
        .incrementAndGet();
    var name = context.getTestClass().map(Class::getSimpleName).orElse("test");
    return "%s-%d.".formatted(name.toLowerCase(Locale.ROOT), number);
  }
}
