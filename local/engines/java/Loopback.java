import java.lang.reflect.Field;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import software.amazon.dynamodb.services.local.main.ServerRunner;
import software.amazon.dynamodb.services.local.server.DynamoDBProxyServer;

/** Runs DynamoDB Local on the loopback interface only; it has no option for that. Loopback.class is compiled from this. */
public class Loopback {
    public static void main(String[] options) throws Exception {
        DynamoDBProxyServer dynamodb = ServerRunner.createServerFromCommandLineArgs(options);
        Field field = DynamoDBProxyServer.class.getDeclaredField("server");
        field.setAccessible(true);
        Server server = (Server) field.get(dynamodb);
        ((ServerConnector) server.getConnectors()[0]).setHost("127.0.0.1");
        dynamodb.start();
        dynamodb.join();
    }
}
