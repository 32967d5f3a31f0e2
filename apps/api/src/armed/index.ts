export { ArmedModule } from './armed.module';
