export { CatalogueService } from './catalogue.service';
export { RunbooksModule } from './runbooks.module';
