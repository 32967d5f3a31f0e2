export { ChatopsModule } from './chatops.module';
